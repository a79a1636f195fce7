# SPDX-License-Identifier: MIT
#
# CPack runs this after installing the files of every package, before packing them.

if(CPACK_PACKAGE_CONTACT MATCHES "@example\\.org>$")
  message(WARNING "The maintainer of these packages is the template of cmake/package.cmake: "
    "cpack -D CPACK_PACKAGE_CONTACT=\"Name <address>\" puts yours in its place")
endif()

# The date of the packages: SOURCE_DATE_EPOCH; else the release's date in CHANGELOG.md; else, before the release, now.
file(STRINGS ${CPACK_STATUSLINE_CHANGELOG} heading REGEX "^## ${CPACK_PACKAGE_VERSION}, ")
if(NOT DEFINED ENV{SOURCE_DATE_EPOCH} AND heading MATCHES ", ([0-9]+-[0-9]+-[0-9]+)$")
  execute_process(COMMAND date -u -d ${CMAKE_MATCH_1} +%s
    OUTPUT_VARIABLE epoch OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  set(ENV{SOURCE_DATE_EPOCH} ${epoch})
endif()
string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC) # of SOURCE_DATE_EPOCH, if that is set

# compress(FILE): runs gzip without a time stamp, so that equal sources make equal packages.
function(compress file)
  execute_process(COMMAND gzip -9n ${file} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

foreach(component IN LISTS CPACK_COMPONENTS_ALL)
  string(TOUPPER ${component} COMPONENT)
  set(package ${CPACK_DEBIAN_${COMPONENT}_PACKAGE_NAME})
  set(share ${CPACK_TEMPORARY_DIRECTORY}/${component}/usr/share)

  file(REMOVE_RECURSE ${share}/doc)
  file(READ ${CPACK_RESOURCE_FILE_LICENSE} licence)
  file(WRITE ${share}/doc/${package}/copyright "${licence}")
  file(WRITE ${share}/doc/${package}/changelog
    "statusline (${CPACK_PACKAGE_VERSION}) stable; urgency=medium\n\n"
    "  * See CHANGELOG.md in the sources.\n\n"
    " -- ${CPACK_PACKAGE_CONTACT}  ${date}\n")
  compress(${share}/doc/${package}/changelog)
  file(GLOB pages ${share}/man/man1/*.1)
  foreach(page IN LISTS pages)
    compress(${page})
  endforeach()
endforeach()
