# SPDX-License-Identifier: MIT
#
# CPack runs this when the files of every package lie in their places, and before it packs them.

# compress(FILE): gzip without a time stamp, so that the same sources give the same package.
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
    " -- ${CPACK_PACKAGE_CONTACT}  Thu, 01 Jan 1970 00:00:00 +0000\n")
  compress(${share}/doc/${package}/changelog)
  file(GLOB pages ${share}/man/man1/*.1)
  foreach(page IN LISTS pages)
    compress(${page})
  endforeach()
endforeach()
